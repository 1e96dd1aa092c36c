DROP FUNCTION surveys_check_and_mark, surveys_mark, surveys_mark_all, surveys_mark_set_aside,
  surveys_mark_all_set_aside, surveys_keep_edition, surveys_keep_method, surveys_keep_campaign,
  surveys_check_succession, surveys_check_version CASCADE;
ALTER TABLE surveys_response DROP CONSTRAINT a_sheet_is_about_a_unit_of_its_campaign;
