//! D1 on your desk.
