// Package provenance describes results folders for those who find them later: provenance.json says
// with which program, scenario and seeds the results were computed, and ro-crate-metadata.json lists
// the files of the folder and the action that made them, as an RO-Crate (RO-Crate Metadata
// Specification 1.1, https://w3id.org/ro/crate/1.1).
//
// Both are the same whatever machine played the runs, with however many workers and in which order:
// they have no times, host names or paths. Such facts are in meta.json. Therefore the crate has no
// startTime and endTime of its action, no size of meta.json, and no license, which is for the owner
// of the results to choose.
//
//	err = provenance.Write(create, &provenance.Document{Program: program, Run: run})
//	err = provenance.WriteCrate(create, &provenance.Crate{...})
//
// cmd/swarmsim/results calls it when a folder is complete.
package provenance
