// Package record is what a run writes down: the files of a results folder,
// their writer and their reader.
//
// sim writes through a Writer while it plays; reports reads the files and
// nothing else. Everything in a record depends on the scenario and its seed
// alone, but for meta.json, which holds the facts of the wall clock.
package record
