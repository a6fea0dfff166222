"""Why a plan is as it is: the planner's facts as stored with a plan, with names, as sentences."""
