-- What was promised in public stays: a commitment may be withdrawn once, nothing else.
CREATE FUNCTION surveys_commitment_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.withdrawn_on IS NULL
     AND to_jsonb(NEW) - '{withdrawn_on,withdrawn_by_id,reason}'::text[]
       = to_jsonb(OLD) - '{withdrawn_on,withdrawn_by_id,reason}'::text[] THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a commitment can only be withdrawn, once'
    USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'a_commitment_stands';
END $$;

CREATE TRIGGER keep_commitments BEFORE UPDATE OR DELETE ON surveys_commitment
  FOR EACH ROW EXECUTE FUNCTION surveys_commitment_stands();
