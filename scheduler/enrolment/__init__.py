"""Lists of people, relations and clinics, as a coordinator uploads and reads them."""
