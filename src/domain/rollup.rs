//! Values put together from several occupations.
