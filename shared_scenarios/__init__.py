"""The shared suite: scenarios, witnesses, runner, matrix. It knows no ORM."""
