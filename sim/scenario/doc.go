// Package scenario reads a scenario file into a checked Scenario whose values carry units.
//
// Everything that a file can set is a field of Scenario: its json tag is the name in the file, its
// jsonschema tag the description that editors show, and its type or its tags give the valid
// values. The JSON schema and the list of fields are derived from these types.
//
// # Usage
//
//	s, err := scenario.Load(scenario.Source{Text: text, Shown: "mine.yaml", Files: os.DirFS("/"),
//		Dir: dir, Sets: []string{"client.picker=random"}, Catalogue: sim.Catalogue()})
//
// An error is of type Problems: each names file, line, column and field. A Scenario that Load
// returns needs no further check. Scenario.Print writes it with all defaults filled in, and Load
// reads that text to the same Scenario. Scenario.Notes describes limits on the download rate that
// are not links. ReadDocument decodes other files with the same syntax; package lab reads sweeps
// with it.
//
// # Adding a field
//
// Add it to its struct with both tags, give it a default in defaults.go and, if it depends on
// other fields, a check. A set of values is an enumeration (enums.go). A field that replaces
// another one is listed in renamed.go. The tags min and max limit a number or a duration; the tag
// zero says what Print does with a zero value: "print" where a reader would assume another value,
// "omit" where it assumes zero.
//
// The package depends on neither clients nor networks: a Catalogue lists the strategies and their
// settings. Package sim plays a Scenario.
package scenario
