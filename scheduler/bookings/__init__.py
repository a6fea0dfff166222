"""Whose time and which rooms published sessions take, whatever the programme: nobody and nothing is booked twice."""
