//! The heart of the pass, checked on random unions: whatever is valid for a member is read as that member,
//! or as another one that it is valid for as well.
