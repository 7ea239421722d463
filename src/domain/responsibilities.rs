//! Core responsibilities, chosen from tasks.
//!
//! O*NET ties every task to detailed work activities, and these to some 330 intermediate work activities (IWA). The
//! responsibilities are those core tasks that together cover most distinct IWAs of the occupation, found greedily:
//!
//! 1. Take the task that adds most activities not yet covered; of equals, the one that stands first in the source.
//! 2. Stop at [`MOST`], or from [`FEWEST`] on as soon as no task adds anything.
//! 3. Where there are not more than [`FEWEST`] tasks, all of them are taken, in the same order.
//!
//! Nothing but the tasks' order and their activities decides, so the same data gives the same choice.

use std::collections::BTreeSet;

use crate::domain::values::{Task, TaskType};

/// As long as there are tasks, at least so many are chosen, whether they add activities or not.
pub const FEWEST: usize = 5;

/// So many are chosen at most.
pub const MOST: usize = 8;

/// The tasks to choose from: the core tasks, or all where O*NET has classified none as core.
pub fn candidates(tasks: &[Task]) -> Vec<&Task> {
    let core: Vec<_> = tasks.iter().filter(|task| task.task_type == Some(TaskType::Core)).collect();
    if core.is_empty() { tasks.iter().collect() } else { core }
}

/// Chooses from tasks, each given by its activities. Returns their places, the most telling one first.
pub fn choose<A: Ord>(activities: &[BTreeSet<A>]) -> Vec<usize> {
    let mut chosen = Vec::new();
    let mut covered = BTreeSet::new();
    while chosen.len() < MOST {
        let gain = |task: usize| activities[task].iter().filter(|activity| !covered.contains(activity)).count();
        let left = (0..activities.len()).rev().filter(|task| !chosen.contains(task));
        // `max_by_key` takes the last of equals: counted from the end, that is the first in the source.
        let Some((gained, task)) = left.map(|task| (gain(task), task)).max_by_key(|&(gained, _)| gained) else { break };
        if gained == 0 && chosen.len() >= FEWEST {
            break;
        }
        covered.extend(&activities[task]);
        chosen.push(task);
    }
    chosen
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tasks(activities: &[&str]) -> Vec<BTreeSet<char>> {
        activities.iter().map(|letters| letters.chars().collect()).collect()
    }

    #[test]
    fn the_task_that_adds_most_is_taken_and_of_equals_the_first() {
        assert_eq!(choose(&tasks(&["ab", "cd", "abc", "d", "e", "f", "g"])), [2, 1, 4, 5, 6]);
        assert_eq!(choose(&tasks(&["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"])), [0, 1, 2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn up_to_five_tasks_are_all_taken_even_when_they_add_nothing() {
        assert_eq!(choose(&tasks(&["a", "a", "", "ab"])), [3, 0, 1, 2]);
        assert_eq!(choose(&tasks(&["", "", "", "", "", ""])), [0, 1, 2, 3, 4]);
        assert_eq!(choose::<char>(&[]), [0; 0]);
    }

    proptest! {
        #[test]
        fn every_choice_adds_at_least_as_much_as_the_next(sets in prop::collection::vec(prop::collection::btree_set(0u8..30, 0..6), 0..40)) {
            let chosen = choose(&sets);
            prop_assert!(chosen.len() <= MOST);
            prop_assert!(chosen.len() >= FEWEST.min(sets.len()));
            let mut covered = BTreeSet::new();
            let mut gains = vec![];
            for &task in &chosen {
                let gain = |task: usize| sets[task].difference(&covered).count();
                let best = (0..sets.len()).map(gain).max().unwrap_or(0);
                prop_assert_eq!(gain(task), best);
                gains.push(gain(task));
                covered.extend(sets[task].iter().copied());
            }
            prop_assert!(gains.is_sorted_by(|a, b| a >= b));
            prop_assert_eq!(chosen.iter().collect::<BTreeSet<_>>().len(), chosen.len(), "no task twice");
            let more = (0..sets.len()).any(|task| !sets[task].is_subset(&covered));
            prop_assert!(chosen.len() == MOST || !more, "it stops early only when everything is covered");
        }

        #[test]
        fn the_names_of_activities_do_not_matter(sets in prop::collection::vec(prop::collection::btree_set(0u8..30, 0..6), 0..40)) {
            let renamed: Vec<BTreeSet<u8>> = sets.iter().map(|set| set.iter().map(|a| 200 - a).collect()).collect();
            prop_assert_eq!(choose(&sets), choose(&renamed));
        }
    }
}
