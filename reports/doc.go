// Package reports shows results: as a table for terminals, plots as SVG and PNG, and
// self-contained HTML pages. cmd/swarmsim/cli uses it for runs, lab for sweeps, and
// validation for its pages.
//
// Load reads the files of a run's results folder; Print prints its table, and Write writes
// its plots and its page. Chart, Forest and Grid are plots for other numbers, and a Sheet
// is a page of tables and plots.
//
// The package reads files through an fs.FS and writes them with a record.Create; it knows
// the record of a run and nothing of peers. Damaged files are refused with the place of the
// damage. Drawing the same record twice gives the same bytes.
package reports
