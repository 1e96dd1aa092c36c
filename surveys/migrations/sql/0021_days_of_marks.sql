-- A mark says which is the earliest day of the sheets that changed (results.counting.settled).
-- Otherwise these are as migrations 0002 and 0006 made them.

CREATE OR REPLACE FUNCTION surveys_check_and_mark() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  misfit uuid;
BEGIN
  -- surveys.rewriting moves rows of closed days as they are: nothing needs counting. Only its
  -- own transaction is let off, and only while it names itself.
  IF current_setting('surveys.rewriting', true) = pg_current_xact_id()::text THEN
    RETURN NULL;
  END IF;
  SELECT touched.id INTO misfit
    FROM touched JOIN surveys_campaign AS campaign ON campaign.id = touched.campaign_id
   WHERE campaign.answers_pattern IS NULL OR touched.answers !~ campaign.answers_pattern
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the answers of sheet % do not fit the edition of its campaign', misfit
      USING ERRCODE = 'check_violation', CONSTRAINT = 'answers_fit_the_edition';
  END IF;
  INSERT INTO surveys_stalecell (campaign_id, chunk_id, unit_id, month, channel, since)
  SELECT touched.campaign_id, place.chunk_id, touched.unit_id,
         (extract(year FROM touched.answered_on) * 100
          + extract(month FROM touched.answered_on))::integer,
         touched.channel, min(touched.answered_on)
    FROM touched JOIN surveys_campaignunit AS place USING (campaign_id, unit_id)
   GROUP BY 1, 2, 3, 4, 5;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION surveys_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- surveys.rewriting moves rows of closed days as they are: nothing needs counting. Only its
  -- own transaction is let off, and only while it names itself.
  IF current_setting('surveys.rewriting', true) = pg_current_xact_id()::text THEN
    RETURN NULL;
  END IF;
  INSERT INTO surveys_stalecell (campaign_id, chunk_id, unit_id, month, channel, since)
  SELECT touched.campaign_id, place.chunk_id, touched.unit_id,
         (extract(year FROM touched.answered_on) * 100
          + extract(month FROM touched.answered_on))::integer,
         touched.channel, min(touched.answered_on)
    FROM touched JOIN surveys_campaignunit AS place USING (campaign_id, unit_id)
   GROUP BY 1, 2, 3, 4, 5;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION surveys_mark_all() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO surveys_stalecell (campaign_id, chunk_id, unit_id, month, channel, since)
  SELECT sheet.campaign_id, place.chunk_id, sheet.unit_id,
         (extract(year FROM sheet.answered_on) * 100
          + extract(month FROM sheet.answered_on))::integer,
         sheet.channel, min(sheet.answered_on)
    FROM surveys_response AS sheet JOIN surveys_campaignunit AS place USING (campaign_id, unit_id)
   GROUP BY 1, 2, 3, 4, 5;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION surveys_mark_set_aside() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO surveys_stalecell (campaign_id, chunk_id, unit_id, month, channel, since)
  SELECT sheet.campaign_id, place.chunk_id, sheet.unit_id,
         (extract(year FROM sheet.answered_on) * 100
          + extract(month FROM sheet.answered_on))::integer,
         sheet.channel, min(sheet.answered_on)
    FROM touched
    JOIN surveys_response AS sheet ON sheet.id = touched.response_id
    JOIN surveys_campaignunit AS place USING (campaign_id, unit_id)
   GROUP BY 1, 2, 3, 4, 5;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION surveys_mark_all_set_aside() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO surveys_stalecell (campaign_id, chunk_id, unit_id, month, channel, since)
  SELECT sheet.campaign_id, place.chunk_id, sheet.unit_id,
         (extract(year FROM sheet.answered_on) * 100
          + extract(month FROM sheet.answered_on))::integer,
         sheet.channel, min(sheet.answered_on)
    FROM surveys_setaside AS aside
    JOIN surveys_response AS sheet ON sheet.id = aside.response_id
    JOIN surveys_campaignunit AS place USING (campaign_id, unit_id)
   GROUP BY 1, 2, 3, 4, 5;
  RETURN NULL;
END $$;
