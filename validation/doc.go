// Package validation holds what simulations are checked against: measurements
// of real clients, closed forms, and a published simulator's results, each with
// the scenario that replays it.
//
// It stands beside reports: it runs simulations with sim and compares; cmd
// prints what it returns. It touches neither files nor the clock.
package validation
