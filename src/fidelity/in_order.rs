//! Work done beside each other, its results handed out in order.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crossbeam_channel::{bounded, unbounded};

use crate::error::Result;

/// Takes pieces of work, `jobs` at a time, and gives what came of them to `each`, in their order,
/// until it breaks off; what is being done then is done to its end, and nothing else. Each thread
/// has a worker of its own. No more pieces are in memory than keep the threads busy, and a worker
/// that panics panics here.
///
/// # Errors
/// Those of `work` and of `each`.
pub(super) fn in_order<T: Send, R: Send, F: FnMut(T) -> R, B>(
    jobs: usize,
    mut work: impl Iterator<Item = Result<T>>,
    worker: impl Fn() -> F + Sync,
    mut each: impl FnMut(R) -> Result<ControlFlow<B>>,
) -> Result<ControlFlow<B>> {
    let jobs = jobs.max(1);
    let most = 2 * jobs + 2;
    let (send, queue) = bounded::<(usize, T)>(most);
    let (done, results) = unbounded();
    std::thread::scope(|scope| {
        let start = || {
            let (queue, done, worker) = (queue.clone(), done.clone(), &worker);
            scope.spawn(move || {
                let mut run = worker();
                for (number, piece) in queue {
                    let result = catch_unwind(AssertUnwindSafe(|| run(piece)));
                    if done.send((number, result)).is_err() {
                        return;
                    }
                }
            });
        };
        // This ends before the scope waits for the threads: they go when there is no more work.
        let send = send;
        let (mut early, mut sent, mut due) = (BTreeMap::new(), 0, 0);
        let mut run = || {
            loop {
                while sent - due < most {
                    let Some(piece) = work.next() else { break };
                    send.send((sent, piece?)).expect("the queue is held here too");
                    if sent < jobs {
                        start();
                    }
                    sent += 1;
                }
                if due == sent {
                    return Ok(ControlFlow::Continue(()));
                }
                let (number, result) = results.recv().expect("a sender is held here too");
                early.insert(number, result.unwrap_or_else(|panic| resume_unwind(panic)));
                while let Some(result) = early.remove(&due) {
                    if let ControlFlow::Break(why) = each(result)? {
                        return Ok(ControlFlow::Break(why));
                    }
                    due += 1;
                }
            }
        };
        let end = run();
        queue.try_iter().for_each(drop);
        end
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    fn squares(jobs: usize, until: usize) -> (Result<ControlFlow<usize>>, Vec<usize>, usize) {
        let done = AtomicUsize::new(0);
        let mut seen = Vec::new();
        let worker = || {
            |n: usize| {
                // The first ones take longest.
                std::thread::sleep(Duration::from_millis(20_u64.saturating_sub(n as u64)));
                done.fetch_add(1, Ordering::SeqCst);
                n * n
            }
        };
        let end = in_order(jobs, (0..40).map(Ok), worker, |square| {
            seen.push(square);
            Ok(if seen.len() == until {
                ControlFlow::Break(square)
            } else {
                ControlFlow::Continue(())
            })
        });
        (end, seen, done.into_inner())
    }

    #[test]
    fn results_come_in_order_whatever_the_number_of_threads() {
        for jobs in [0, 1, 3, 60] {
            let (end, seen, done) = squares(jobs, 0);
            assert_eq!(end.unwrap(), ControlFlow::Continue(()));
            assert_eq!(seen, (0..40).map(|n| n * n).collect::<Vec<_>>());
            assert_eq!(done, 40);
        }
    }

    #[test]
    fn a_break_leaves_the_rest_undone() {
        let (end, seen, done) = squares(3, 5);
        assert_eq!(end.unwrap(), ControlFlow::Break(16));
        assert_eq!(seen.len(), 5);
        assert!(done < 5 + 2 * 3 + 2, "{done}");
    }

    #[test]
    fn an_error_in_the_work_ends_it() {
        let failed = || crate::error::Error::OutOfRange("no more".to_owned());
        let work = (0..40).map(|n| if n == 7 { Err(failed()) } else { Ok(n) });
        let end = in_order(2, work, || |n: usize| n, |_| Ok(ControlFlow::<()>::Continue(())));
        assert_eq!(end.unwrap_err().to_string(), "no more");
    }

    #[test]
    #[should_panic(expected = "the third page")]
    fn a_worker_that_panics_is_not_waited_for() {
        let worker = || |n: usize| assert!(n != 2, "the third page");
        let _ = in_order(4, (0..40).map(Ok), worker, |()| Ok(ControlFlow::<()>::Continue(())));
    }
}
