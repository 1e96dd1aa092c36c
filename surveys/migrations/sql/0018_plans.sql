-- A plan bent to what came in would always be met, and weights would follow the answers.
CREATE FUNCTION surveys_keep_plan() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  opened text;
BEGIN
  -- The share lock waits for an opening that is under way.
  PERFORM FROM surveys_campaign
    WHERE id IN (CASE WHEN TG_OP <> 'DELETE' THEN NEW.campaign_id END,
                 CASE WHEN TG_OP <> 'INSERT' THEN OLD.campaign_id END)
      FOR SHARE;
  SELECT slug INTO opened FROM surveys_campaign
   WHERE answers_pattern IS NOT NULL
     AND id IN (CASE WHEN TG_OP <> 'DELETE' THEN NEW.campaign_id END,
                CASE WHEN TG_OP <> 'INSERT' THEN OLD.campaign_id END)
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'campaign % is open: its sample plan is frozen', opened
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER the_plan_of_an_open_campaign_stays
  BEFORE INSERT OR UPDATE OR DELETE ON surveys_planline
  FOR EACH ROW EXECUTE FUNCTION surveys_keep_plan();
