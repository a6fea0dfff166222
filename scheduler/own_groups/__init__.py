"""Groups that people form themselves, and questions to seniors."""
