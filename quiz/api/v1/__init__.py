"""Version 1 of the REST API, one file per noun: views and their serializers together."""
