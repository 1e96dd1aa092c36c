DROP TRIGGER continue_chain ON surveys_auditentry;
DROP TRIGGER refuse_truncate ON surveys_auditentry;
DROP TRIGGER refuse_change ON surveys_auditentry;
DROP FUNCTION surveys_audit_continues();
DROP FUNCTION surveys_audit_is_append_only();
