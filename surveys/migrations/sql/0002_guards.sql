-- One key instead of two: a sheet is about a unit that stands in the tree of its campaign.
ALTER TABLE surveys_response
  ADD CONSTRAINT a_sheet_is_about_a_unit_of_its_campaign
  FOREIGN KEY (campaign_id, unit_id) REFERENCES surveys_campaignunit (campaign_id, unit_id);

-- Whoever inserts (the site, COPY, SQL by hand), a sheet that does not fit the code book of
-- its edition is refused, and the cells it touches are marked stale in the same transaction.
CREATE FUNCTION surveys_check_and_mark() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  misfit uuid;
BEGIN
  SELECT touched.id INTO misfit
    FROM touched JOIN surveys_campaign AS campaign ON campaign.id = touched.campaign_id
   WHERE campaign.answers_pattern IS NULL OR touched.answers !~ campaign.answers_pattern
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the answers of sheet % do not fit the edition of its campaign', misfit
      USING ERRCODE = 'check_violation', CONSTRAINT = 'answers_fit_the_edition';
  END IF;
  INSERT INTO surveys_stalecell (campaign_id, chunk_id, unit_id, month, channel)
  SELECT DISTINCT touched.campaign_id, place.chunk_id, touched.unit_id,
         (extract(year FROM touched.answered_on) * 100
          + extract(month FROM touched.answered_on))::integer,
         touched.channel
    FROM touched JOIN surveys_campaignunit AS place USING (campaign_id, unit_id);
  RETURN NULL;
END $$;

CREATE FUNCTION surveys_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO surveys_stalecell (campaign_id, chunk_id, unit_id, month, channel)
  SELECT DISTINCT touched.campaign_id, place.chunk_id, touched.unit_id,
         (extract(year FROM touched.answered_on) * 100
          + extract(month FROM touched.answered_on))::integer,
         touched.channel
    FROM touched JOIN surveys_campaignunit AS place USING (campaign_id, unit_id);
  RETURN NULL;
END $$;

-- TRUNCATE shows its trigger no rows, so the trigger comes before it and reads them all.
CREATE FUNCTION surveys_mark_all() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO surveys_stalecell (campaign_id, chunk_id, unit_id, month, channel)
  SELECT DISTINCT sheet.campaign_id, place.chunk_id, sheet.unit_id,
         (extract(year FROM sheet.answered_on) * 100
          + extract(month FROM sheet.answered_on))::integer,
         sheet.channel
    FROM surveys_response AS sheet JOIN surveys_campaignunit AS place USING (campaign_id, unit_id);
  RETURN NULL;
END $$;

CREATE TRIGGER mark_inserted AFTER INSERT ON surveys_response
  REFERENCING NEW TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION surveys_check_and_mark();
CREATE TRIGGER mark_updated AFTER UPDATE ON surveys_response
  REFERENCING NEW TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION surveys_check_and_mark();
CREATE TRIGGER mark_replaced AFTER UPDATE ON surveys_response
  REFERENCING OLD TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION surveys_mark();
CREATE TRIGGER mark_deleted AFTER DELETE ON surveys_response
  REFERENCING OLD TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION surveys_mark();
CREATE TRIGGER mark_truncated BEFORE TRUNCATE ON surveys_response
  FOR EACH STATEMENT EXECUTE FUNCTION surveys_mark_all();

-- Setting a sheet aside, or taking that back, moves it between two standings of its cell.
CREATE FUNCTION surveys_mark_set_aside() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO surveys_stalecell (campaign_id, chunk_id, unit_id, month, channel)
  SELECT DISTINCT sheet.campaign_id, place.chunk_id, sheet.unit_id,
         (extract(year FROM sheet.answered_on) * 100
          + extract(month FROM sheet.answered_on))::integer,
         sheet.channel
    FROM touched
    JOIN surveys_response AS sheet ON sheet.id = touched.response_id
    JOIN surveys_campaignunit AS place USING (campaign_id, unit_id);
  RETURN NULL;
END $$;

CREATE FUNCTION surveys_mark_all_set_aside() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO surveys_stalecell (campaign_id, chunk_id, unit_id, month, channel)
  SELECT DISTINCT sheet.campaign_id, place.chunk_id, sheet.unit_id,
         (extract(year FROM sheet.answered_on) * 100
          + extract(month FROM sheet.answered_on))::integer,
         sheet.channel
    FROM surveys_setaside AS aside
    JOIN surveys_response AS sheet ON sheet.id = aside.response_id
    JOIN surveys_campaignunit AS place USING (campaign_id, unit_id);
  RETURN NULL;
END $$;

CREATE TRIGGER mark_set_aside AFTER INSERT ON surveys_setaside
  REFERENCING NEW TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION surveys_mark_set_aside();
CREATE TRIGGER mark_set_aside_changed AFTER UPDATE ON surveys_setaside
  REFERENCING NEW TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION surveys_mark_set_aside();
CREATE TRIGGER mark_set_aside_replaced AFTER UPDATE ON surveys_setaside
  REFERENCING OLD TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION surveys_mark_set_aside();
CREATE TRIGGER mark_set_aside_deleted AFTER DELETE ON surveys_setaside
  REFERENCING OLD TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION surveys_mark_set_aside();
CREATE TRIGGER mark_set_aside_truncated BEFORE TRUNCATE ON surveys_setaside
  FOR EACH STATEMENT EXECUTE FUNCTION surveys_mark_all_set_aside();

-- An edition or a method that a campaign uses is the meaning of stored answers.
CREATE FUNCTION surveys_keep_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM surveys_campaign WHERE questionnaire_id = OLD.id) THEN
    RAISE EXCEPTION 'edition %@% is in use and cannot change', OLD.code, OLD.edition
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep_edition BEFORE UPDATE ON surveys_questionnaire
  FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION surveys_keep_edition();

CREATE FUNCTION surveys_keep_method() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM surveys_campaign WHERE method_id = OLD.id) THEN
    RAISE EXCEPTION 'method % is in use and cannot change', OLD.code
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep_method BEFORE UPDATE ON surveys_method
  FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION surveys_keep_method();

-- A real campaign never becomes a simulated one, nor the reverse; what an open campaign
-- asks, of whom and by which method stays as it was when it opened.
CREATE FUNCTION surveys_keep_campaign() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.simulated <> OLD.simulated THEN
    RAISE EXCEPTION 'campaign %: "simulated" is fixed at creation', OLD.slug
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.answers_pattern IS NOT NULL
     AND (NEW.questionnaire_id, NEW.method_id, NEW.tree_day, NEW.scope, NEW.answers_pattern)
         IS DISTINCT FROM
         (OLD.questionnaire_id, OLD.method_id, OLD.tree_day, OLD.scope, OLD.answers_pattern) THEN
    RAISE EXCEPTION 'campaign % is open: edition, method, tree day and scope are frozen', OLD.slug
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep_campaign BEFORE UPDATE ON surveys_campaign
  FOR EACH ROW EXECUTE FUNCTION surveys_keep_campaign();

-- A succession joins a unit that ended on a day to one that began on it.
CREATE FUNCTION surveys_check_succession() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."on" IS DISTINCT FROM (SELECT upper(in_force) FROM surveys_unit WHERE id = NEW.old_id)
     OR NEW."on" IS DISTINCT FROM (SELECT lower(in_force) FROM surveys_unit WHERE id = NEW.new_id)
  THEN
    RAISE EXCEPTION 'succession % -> %: the old unit must end and the new one begin on %',
      NEW.old_id, NEW.new_id, NEW."on" USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER succession_joins_end_and_beginning
  AFTER INSERT OR UPDATE ON surveys_succession DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION surveys_check_succession();

-- A version lies within the days of its unit.
CREATE FUNCTION surveys_check_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM surveys_unit WHERE id = NEW.unit_id AND in_force @> NEW.in_force) THEN
    RAISE EXCEPTION 'version "%" reaches beyond the days of its unit', NEW.full_name
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER version_lies_within_its_unit
  AFTER INSERT OR UPDATE ON surveys_unitversion DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION surveys_check_version();
