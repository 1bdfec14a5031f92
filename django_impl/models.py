"""The two tables as Django models.

Source: https://docs.djangoproject.com/en/5.2/topics/db/models/
"""

from django.db import models


class Kol(models.Model):
    """A key opinion leader."""

    twitter_handle = models.CharField(max_length=50, unique=True)
    is_vip = models.BooleanField(default=False)
    last_checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The table's name is the suite's; Django would call it `kols_kol`."""

        db_table = "kols"

    def __str__(self) -> str:
        return self.twitter_handle


class Tweet(models.Model):
    """What a KOL wrote."""

    text = models.CharField(max_length=280)
    kol = models.ForeignKey(Kol, on_delete=models.CASCADE, related_name="tweets")

    class Meta:
        """The table's name is the suite's; Django would call it `kols_tweet`."""

        db_table = "tweets"

    def __str__(self) -> str:
        return self.text


class Counter(models.Model):
    """A number that several workers add to."""

    tweets = models.IntegerField()

    class Meta:
        """The table's name is the suite's; Django would call it `kols_counter`."""

        db_table = "counters"

    def __str__(self) -> str:
        return str(self.tweets)


class Profile(models.Model):
    """A text that several people edit, and the number of its version. Django counts it for nobody."""

    bio = models.CharField(max_length=280)
    version = models.IntegerField()

    class Meta:
        """The table's name is the suite's; Django would call it `kols_profile`."""

        db_table = "profiles"

    def __str__(self) -> str:
        return self.bio
