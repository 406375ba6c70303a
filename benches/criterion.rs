//! `cargo bench --bench criterion`: the parts of a run, in bytes of source a second.
//!
//! Times on a shared machine are noise: compare parts of one run with each other, and versions by
//! `instructions.py`.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use microfiche_benches::{LOOKS, Material, PARTS};

/// Prose that comes with the crate, long enough for several pages.
fn prose() -> String {
    include_str!("../LICENSE-APACHE").repeat(20)
}

fn parts(criterion: &mut Criterion) {
    let text = prose();
    for look in LOOKS {
        let material = Material::new(&text, look).expect("the text can be drawn");
        let mut group = criterion.benchmark_group(look);
        group.throughput(Throughput::Bytes(text.len() as u64));
        for part in PARTS {
            group.bench_function(part, |b| b.iter(|| black_box(material.run(part))));
        }
        group.finish();
    }
}

criterion_group!(benches, parts);
criterion_main!(benches);
