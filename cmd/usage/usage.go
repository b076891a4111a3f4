// Package usage reads the CPU time and the memory that the process has used, and the memory that it
// can have. Commands report them beside their results, which do not depend on them. There is one
// file for each way in which systems provide them.
package usage
