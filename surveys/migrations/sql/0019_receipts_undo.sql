-- A threshold lowered afterwards would show what was answered in the belief that it would not be.
CREATE OR REPLACE FUNCTION surveys_keep_campaign() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.simulated <> OLD.simulated THEN
    RAISE EXCEPTION 'campaign %: "simulated" is fixed at creation', OLD.slug
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.answers_pattern IS NOT NULL
     AND (NEW.questionnaire_id, NEW.method_id, NEW.tree_day, NEW.scope, NEW.channels,
          NEW.threshold, NEW.answers_pattern)
         IS DISTINCT FROM
         (OLD.questionnaire_id, OLD.method_id, OLD.tree_day, OLD.scope, OLD.channels,
          OLD.threshold, OLD.answers_pattern) THEN
    RAISE EXCEPTION 'campaign % is open: edition, method, tree day, scope, channels and threshold are frozen',
      OLD.slug
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
