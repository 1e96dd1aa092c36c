DROP TRIGGER the_plan_of_an_open_campaign_stays ON surveys_planline;
DROP FUNCTION surveys_keep_plan();
