// Package usage reads what the process has cost so far: CPU time and memory.
// The commands put it beside their results; nothing else may know it. Systems say
// it in ways of their own, one file each.
package usage
