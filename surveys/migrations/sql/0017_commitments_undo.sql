DROP TRIGGER keep_commitments ON surveys_commitment;
DROP FUNCTION surveys_commitment_stands();
