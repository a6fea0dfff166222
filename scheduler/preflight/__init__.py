"""What has to be right before a plan is published: safety, power, access and fairness."""
