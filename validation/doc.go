// Package validation compares simulations with measurements of real clients, closed-form
// models, a published simulator, and finer simulations. cmd/swarmsim/cli runs the cases
// (swarmsim validate) and prints the results.
//
// Cases lists the cases. Case.Run plays one seed and returns measures by name; Check
// compares the measures of all seeds with the expected values; WritePage writes the
// results as a page. The scenarios and measurements are embedded files in the folders
// truth, theory, published and links.
//
// The package touches neither files nor the clock. A deviation that is known to be larger
// than a tolerance is not hidden: the measure is shown as missed, or without a tolerance
// and with a note that explains it.
package validation
