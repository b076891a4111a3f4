// Package scenario turns a scenario file into a checked, unit-carrying
// Scenario.
//
// Everything a file can say is a field of Scenario; its json tag is the name in
// the file, its jsonschema tag the description that editors show. What is wrong
// is said with file, line and column, and a Scenario that Load returns needs no
// further checking. The package knows neither clients nor networks: the names
// and settings of strategies come in as a Catalogue. sim plays a Scenario.
package scenario
