"""The dossier of a case: what it holds, what it lacks, and all of it as one paper."""
