"""Lists of cases: each way in which a viewer is related to cases is one walk along one index."""
