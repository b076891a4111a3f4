// Package page is the interactive page of results: its JavaScript, its styles and the data that it
// is given. Package reports makes the data from a record, and writes the page.
//
// The sources are plain modules in src, with their tests beside them: node --test src. The replay, in
// src/replay, shows peers as dots and transfers as moving pieces, and explains both by the decisions
// that the event log holds; type Replay is its data.
package page
