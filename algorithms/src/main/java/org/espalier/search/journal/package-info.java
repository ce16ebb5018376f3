/**
 * Lines of text that outlive the process that writes them: {@link
 * org.espalier.search.journal.Journal}, and its files on any Hadoop file system. What the lines say
 * does not belong here.
 */
package org.espalier.search.journal;
