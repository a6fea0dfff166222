"""Why a plan is as it is: the planner's facts as they are kept with a plan, named and put into sentences."""
