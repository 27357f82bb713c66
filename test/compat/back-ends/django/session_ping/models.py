from django.db import models


class Activity(models.Model):  # Make one at sign-in. Delete none before its cookie is gone.
    session = models.CharField(max_length=40, primary_key=True)
    active_at = models.BigIntegerField()
    ended = models.CharField(max_length=10, default='')
