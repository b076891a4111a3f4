// Package page is the interactive page of results: the data that it shows, and the JavaScript and
// style that show it, in src. Package reports fills in the data.
package page
