-- Second factors are sealed under a key that is not here (actions/sealing.py). What older versions left in clear is
-- sealed when the web service starts; from now on nothing is written that is not. Both checks pass where it is NULL.

ALTER TABLE account_secret
    ADD CONSTRAINT account_secret_totp_secret_is_sealed CHECK (totp_secret LIKE 'gAAAA%') NOT VALID,
    ADD CONSTRAINT account_secret_totp_proposed_is_sealed CHECK (totp_proposed LIKE 'gAAAA%') NOT VALID;
