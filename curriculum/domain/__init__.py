"""Actions and rules. An action is one short function from models to what it saved."""
