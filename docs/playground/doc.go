// Package playground plays scenarios of the library in a web page: what package sim does for the
// command line, it does for a reader without any installation.
//
// Library describes the scenarios and their main settings, which the page shows before the simulator
// is loaded. Run plays one, with settings given as
// path=value as for swarmsim run --set, and returns its record; the summary is that of the command
// line, byte for byte, and the data of its replay. What one run may ask for is bounded, so that no browser runs out of memory.
// ServerSets turns a scenario into the same demand served by its initial seeds alone.
//
// Command wasm exposes these functions to JavaScript, src has the page's scripts and style, and
// command build joins all of them into one file. See README.md.
package playground
