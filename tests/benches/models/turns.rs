//! Programs that read and write the same bytes take turns. Part of the programs that the benchmark writes, each over a
//! crate that it generates; with the feature `counted` they count allocations and measure no time.

use std::hint::black_box;
use std::time::{Duration, Instant};

use kibana_api::runtime::generated::{Arena, parse};
use kibana_api::runtime::{self, Model};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Turns that everything takes.
#[cfg(not(feature = "counted"))]
const ROUNDS: usize = 15;

/// Reads bytes and writes them again; the times of both.
pub(crate) type Turn = fn(&[u8]) -> (Duration, Duration);

/// A row per program: allocations per item of a list, to read it and to write it.
#[cfg(feature = "counted")]
fn count(rows: &[(&str, Turn)], bytes: &[u8]) {
    let items =
        serde_json::from_slice::<Vec<serde::de::IgnoredAny>>(bytes).map_or(1, |list| list.len());
    for (name, turn) in rows {
        let counted = allocation_counter::measure(|| {
            turn(bytes);
        });
        println!(
            "{name:<46}{:>10.1}",
            counted.count_total as f64 / items as f64
        );
    }
}

/// With serde.
pub(crate) fn serde<T: for<'de> Deserialize<'de> + Serialize>() -> Turn {
    |bytes| {
        let start = Instant::now();
        let value: T = serde_json::from_slice(bytes).expect("what is written by hand is read");
        let read = start.elapsed();
        let start = Instant::now();
        black_box(serde_json::to_vec(&value).expect("what was read is written"));
        (read, start.elapsed())
    }
}

/// The part of reading that is the same for all types: text into a tree that borrows from it.
fn parsed() -> Turn {
    |bytes| {
        let start = Instant::now();
        let arena = Arena::new();
        let tree = parse(bytes, &arena).expect("what is written by hand is JSON");
        let read = start.elapsed();
        let start = Instant::now();
        black_box(serde_json::to_vec(&tree).expect("what was read is written"));
        (read, start.elapsed())
    }
}

fn generated<T: Model>() -> Turn {
    |bytes| {
        let start = Instant::now();
        let value: T = runtime::from_slice(bytes).unwrap_or_else(|problem| panic!("{problem}"));
        let read = start.elapsed();
        let start = Instant::now();
        black_box(runtime::to_vec(&value).expect("what was read is written"));
        (read, start.elapsed())
    }
}

/// Rows of the table for a list of values that keep every rule: generated types, `serde_json::Value`, and others.
pub(crate) fn measure<T: Model>(title: &str, bytes: &[u8], others: &[(&str, Turn)]) {
    let strict = runtime::check_slice::<Vec<T>>(bytes);
    assert!(strict.is_ok(), "{:#?}", strict.err());
    let mut rows: Vec<(&str, Turn)> = vec![
        (title, generated::<Vec<T>>()),
        ("  serde_json::Value", serde::<Value>()),
        ("  only the borrowed tree, no type", parsed()),
    ];
    rows.extend(others);
    #[cfg(feature = "counted")]
    return count(&rows, bytes);
    #[cfg(not(feature = "counted"))]
    times(&rows, bytes);
}

/// A row per program: times, and their ratios to the second one's.
#[cfg(not(feature = "counted"))]
fn times(rows: &[(&str, Turn)], bytes: &[u8]) {
    let mut times: Vec<Vec<(f64, f64)>> = rows.iter().map(|_| Vec::new()).collect();
    for round in 0..=ROUNDS {
        for ((_, turn), times) in rows.iter().zip(&mut times) {
            let (read, write) = turn(bytes);
            // The first round warms up.
            if round > 0 {
                times.push((read.as_secs_f64(), write.as_secs_f64()));
            }
        }
    }
    for ((name, _), own) in rows.iter().zip(&times) {
        let median = |value: fn(&(f64, f64)) -> f64| median(own.iter().map(value).collect());
        let ratio = |value: fn(&(f64, f64)) -> f64| {
            let ratios = own
                .iter()
                .zip(&times[1])
                .map(|(own, base)| value(own) / value(base));
            self::median(ratios.collect())
        };
        println!(
            "{name:<46}{:>10}{:>8.2} ms{:>8.2}{:>8.2} ms{:>8.2}",
            bytes.len(),
            median(|time| time.0) * 1000.0,
            ratio(|time| time.0),
            median(|time| time.1) * 1000.0,
            ratio(|time| time.1),
        );
    }
}

#[cfg(not(feature = "counted"))]
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
