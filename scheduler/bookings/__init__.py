"""The people and rooms that published sessions take, across all programmes: nobody and nothing is booked twice."""
