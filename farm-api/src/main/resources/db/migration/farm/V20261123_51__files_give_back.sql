-- Content that an account owns only by its files, and gives back with the last of them.
ALTER TABLE account_blob ADD of_files boolean NOT NULL DEFAULT false;
