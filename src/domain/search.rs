//! Finding occupations by words, forgiving of typing errors.
