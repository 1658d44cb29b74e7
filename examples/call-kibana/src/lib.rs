//! The client of `kibana.yaml`, made by `build.rs`; the program that calls is `main.rs`.

/// Kibana, as far as this example needs it.
pub mod kibana {
    include!(concat!(env!("OUT_DIR"), "/kibana.rs"));
}
