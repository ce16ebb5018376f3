/**
 * How every module writes files: whole or not at all, on any Hadoop file system. What is in the
 * files does not belong here.
 */
package org.espalier.data.files;
