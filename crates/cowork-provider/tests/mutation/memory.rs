//! The system's allocator, counted: how often memory was asked for, and how much of it is held.
//!
//! Each thread counts for itself, so tests that run side by side do not disturb one another.
#![allow(unsafe_code, reason = "counting allocations needs an allocator, which passes everything on")]
#![allow(dead_code, reason = "each user needs a part of it")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

#[derive(Clone, Copy)]
struct Counts {
    allocations: u64,
    bytes: u64,
    held: isize,
}

thread_local! {
    static COUNTS: Cell<Counts> = const { Cell::new(Counts { allocations: 0, bytes: 0, held: 0 }) };
}

struct Counting;

// SAFETY: every call is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(0, layout.size());
        // SAFETY: the caller keeps what `alloc` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        count(layout.size(), 0);
        // SAFETY: the caller keeps what `dealloc` asks for.
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(layout.size(), size);
        // SAFETY: the caller keeps what `realloc` asks for.
        unsafe { System.realloc(place, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Memory of one size becomes memory of another one. A buffer that grows counts as one more allocation.
fn count(before: usize, after: usize) {
    // A thread that ends has nothing to count with.
    let _ = COUNTS.try_with(|counts| {
        let Counts { allocations, bytes, held } = counts.get();
        counts.set(Counts {
            allocations: allocations + u64::from(after > 0),
            bytes: bytes + after.saturating_sub(before) as u64,
            held: held + after.cast_signed() - before.cast_signed(),
        });
    });
}

/// How often this thread has asked for memory, and for how many bytes.
pub(crate) fn asked() -> (u64, u64) {
    let counts = COUNTS.get();
    (counts.allocations, counts.bytes)
}

/// How many bytes this thread holds.
pub(crate) fn held() -> isize {
    COUNTS.get().held
}
