"""Lists of people, relations and clinics, as coordinators upload and read them."""
