-- The audit log only grows: what is written stays as it is, whoever asks.
CREATE FUNCTION surveys_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log takes new entries only'
    USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'the_audit_log_is_append_only';
END $$;

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON surveys_auditentry
  FOR EACH STATEMENT EXECUTE FUNCTION surveys_audit_is_append_only();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON surveys_auditentry
  FOR EACH STATEMENT EXECUTE FUNCTION surveys_audit_is_append_only();

-- A new entry continues the chain: the next number, on the hash of the last. Its own hash is
-- proven by surveys.audit.check, which computes it apart from the database.
CREATE FUNCTION surveys_audit_continues() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  last surveys_auditentry;
BEGIN
  SELECT * INTO last FROM surveys_auditentry ORDER BY number DESC LIMIT 1;
  IF NEW.number <> coalesce(last.number, 0) + 1
     OR NEW.previous_hash <> coalesce(last.hash, decode(repeat('00', 32), 'hex'))
     OR length(NEW.hash) <> 32 THEN
    RAISE EXCEPTION 'entry % does not continue the audit log', NEW.number
      USING ERRCODE = 'check_violation', CONSTRAINT = 'an_entry_continues_the_chain';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER continue_chain BEFORE INSERT ON surveys_auditentry
  FOR EACH ROW EXECUTE FUNCTION surveys_audit_continues();
